"""ฎีกา: asking for money, and its six signatures until it is approved."""

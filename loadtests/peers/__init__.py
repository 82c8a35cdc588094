"""What a user would otherwise take, built as a competent developer would build it."""

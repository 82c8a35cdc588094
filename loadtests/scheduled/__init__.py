"""The open-model driver: what is sent when is decided beforehand, whatever the system does.

A closed loop waits for each answer, so a system that stalls is asked less while it stalls, and
the requests that it would have failed are never counted. Here each request has a moment that no
answer can move, and its latency counts from that moment.
"""

"""What officers do, action by action."""

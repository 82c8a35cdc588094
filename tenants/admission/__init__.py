"""Who is let in when there is too much to do: rules of a process that is asked too much."""

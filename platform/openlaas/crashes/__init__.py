"""The proof that nothing acknowledged is lost, whatever is killed: `openlaas prove crashes`."""

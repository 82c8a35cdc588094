"""What leaves the portal as a file: sheets to calculate with, papers to sign."""

"""What leaves the product as a file: sheets to calculate with, papers to sign."""

"""Four shapes of tenancy with our own tables and our own posting, on one server in one run."""

"""เงินโอนเข้าบัญชี: allocated taxes, grants, interest and money of unknown origin."""

"""What people and programs are told. Reads verdicts, computes nothing."""

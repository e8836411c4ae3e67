"""What states and paths of AWS Step Functions mean here."""

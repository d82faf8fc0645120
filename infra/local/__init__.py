"""The laptop environment: the deployed system on one machine, without Docker or an AWS account."""

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }

  # In the very bucket that is described here: `npm run bootstrap` creates it first, so that no state ever lies on one machine.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  # Of all that is here, the bucket alone lies in a Region.
  region = coalesce(var.state_bucket_region, var.region)

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "Terraform"
      Part      = "bootstrap"
    }
  }
}

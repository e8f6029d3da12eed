terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }

  # The state is in the bucket defined here. `npm run bootstrap` creates it first, so no state is ever only on one machine.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  # For the bucket. IAM is global.
  region = coalesce(var.state_bucket_region, var.region)

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "Terraform"
      Part      = "bootstrap"
    }
  }
}

# API Gateway's account settings belong to the site's Region.
provider "aws" {
  alias  = "site"
  region = var.region

  default_tags {
    tags = {
      Project   = var.name
      ManagedBy = "Terraform"
      Part      = "bootstrap"
    }
  }
}

terraform {
  # 1.11: state locks in S3 without a DynamoDB table (use_lockfile), and validations that compare variables (1.9).
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # No deprecated argument is used, so that 6.x should do as well; 7 is not known yet.
      version = ">= 5.100, < 7.0"
    }
  }

  # Bucket, key and Region differ by account and environment: `npm run deploy` gives them, or
  # terraform init -backend-config="bucket=…" -backend-config="key=…" -backend-config="region=…"
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes certificates from us-east-1 only, and publishes its metrics and logs there.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

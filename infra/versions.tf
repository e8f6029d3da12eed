terraform {
  # 1.11 locks the state in S3 without a DynamoDB table (use_lockfile); 1.9 lets validations compare variables.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Uses no argument that 6.x deprecates.
      version = ">= 5.100, < 7.0"
    }
  }

  # `npm run deploy` passes the bucket, key and Region of your account and environment. By hand:
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

# CloudFront accepts certificates from us-east-1 only and publishes its metrics and logs there.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

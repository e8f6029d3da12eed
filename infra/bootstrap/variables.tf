variable "name" {
  description = "Project name, as in infra/: the first part of every name the pipeline may use."
  type        = string
  default     = "cloud-resume"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "name must have 2 to 24 characters from a-z, 0-9 and -, start with a letter and not end with -."
  }
}

variable "region" {
  description = "Region of the site, as in infra/."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the code of an AWS Region, such as eu-central-1."
  }
}

variable "state_bucket" {
  description = "Name of the bucket with every environment's state."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "state_bucket must have 3 to 63 characters from a-z, 0-9 and -, and neither start nor end with -."
  }
}

variable "state_bucket_region" {
  description = "Region of that bucket, which stays the same when the site moves. Null: the site's Region."
  type        = string
  default     = null
}

variable "repository" {
  description = "GitHub repository whose workflows may deploy: owner/name, spelled exactly as on GitHub."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name, such as octocat/resume."
  }
}

variable "repository_ids" {
  description = "Numeric IDs of the owner and the repository. GitHub never reuses them, unlike names."
  type = object({
    owner      = number
    repository = number
  })
}

variable "branch" {
  description = "Branch that production is deployed from."
  type        = string
  default     = "main"
}

variable "gateway_account_role" {
  description = "Create API Gateway's CloudWatch role, which gateway_access_logs in infra/ needs. An account has one per Region: set this in one project only."
  type        = bool
  default     = false
}

variable "site_bucket_name" {
  description = "Name of production's site bucket, as in infra/. Null: <name>-production-site-<account ID>."
  type        = string
  default     = null

  validation {
    condition     = var.site_bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.site_bucket_name))
    error_message = "site_bucket_name must have 3 to 63 characters from a-z, 0-9 and -, and neither start nor end with -. Dots would break TLS."
  }
}

variable "hosted_zone_id" {
  description = "ID of the Route 53 hosted zone that production may write to. Null: no zone."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || can(regex("^Z[A-Z0-9]{3,31}$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be a hosted zone ID such as Z0123456789ABCDEFGHIJ."
  }
}

variable "access_logs" {
  description = "Allow production to turn on access logs (site_access_logs, gateway_access_logs). Log deliveries have no names, so these permissions cover every delivery in the account."
  type        = bool
  default     = false
}

variable "create_oidc_provider" {
  description = "Create the account's identity provider for GitHub. Set it to false if another project has already created it: an account has only one."
  type        = bool
  default     = true
}

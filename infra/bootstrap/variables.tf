variable "name" {
  description = "Name of the project, as in infra/: the first part of every name that the pipeline may touch."
  type        = string
  default     = "cloud-resume"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 24 of a-z 0-9 - that begin with a letter and don't end with -."
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
  description = "Name of the bucket that holds every environment's state, each below its own name."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "state_bucket must be 3 to 63 of a-z 0-9 - that neither begin nor end with -."
  }
}

variable "state_bucket_region" {
  description = "Region of that bucket, which stays where it was made when the site moves. Null: the site's."
  type        = string
  default     = null
}

variable "repository" {
  description = "GitHub repository whose workflows may deploy: owner/name, letter by letter as GitHub writes it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name, such as octocat/resume."
  }
}

variable "repository_ids" {
  description = "Numbers of the owner and of the repository, which GitHub writes into the tokens of repositories that are newer than July 2026. Null: an older repository, whose tokens carry names alone."
  type = object({
    owner      = number
    repository = number
  })
  default = null
}

variable "site_bucket_name" {
  description = "Name of production's site bucket, as in infra/. Null: <name>-production-site-<account id>."
  type        = string
  default     = null

  validation {
    condition     = var.site_bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.site_bucket_name))
    error_message = "site_bucket_name must be 3 to 63 of a-z 0-9 - that neither begin nor end with -; dots break TLS."
  }
}

variable "hosted_zone_id" {
  description = "Id of the Route 53 hosted zone that production may write to. Null: no zone."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || can(regex("^Z[A-Z0-9]{3,31}$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ."
  }
}

variable "access_logs" {
  description = "Whether production may switch on access logs (site_access_logs, gateway_access_logs): their deliveries know no names, so that these rights reach every delivery of the account."
  type        = bool
  default     = false
}

variable "create_oidc_provider" {
  description = "Whether this project owns the account's one identity provider for GitHub. False where another project has created it."
  type        = bool
  default     = true
}

# ---------------------------------------------------------------------------
# Names, Region and tags
# ---------------------------------------------------------------------------

variable "name" {
  description = "Project name; the first part of every resource name."
  type        = string
  default     = "cloud-resume"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "name must have 2 to 24 characters from a-z, 0-9 and -, start with a letter and not end with -. Bucket names contain it."
  }
}

variable "environment" {
  description = "Environment name; the second part of every resource name."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$", var.environment))
    error_message = "environment must have 1 to 16 characters from a-z, 0-9 and -, and neither start nor end with -, such as production or pr-12."
  }
}

variable "region" {
  description = "Region of everything except the site's certificate: CloudFront requires that in us-east-1."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the code of an AWS Region, such as eu-central-1."
  }
}

variable "tags" {
  description = "Tags for every resource, in addition to Project, Environment and ManagedBy."
  type        = map(string)
  default     = {}
}

# ---------------------------------------------------------------------------
# Domains
# ---------------------------------------------------------------------------

variable "domain" {
  description = "Domain of the site, such as example.com. Null: the site uses CloudFront's domain name."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a lowercase domain name without https:// and without a path, such as example.com."
  }
}

variable "additional_domains" {
  description = "Additional domains of the same site, such as www.example.com."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.additional_domains : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", name))])
    error_message = "additional_domains must be lowercase domain names without https:// and without a path."
  }

  validation {
    condition     = length(var.additional_domains) == 0 || var.domain != null
    error_message = "additional_domains needs domain: set domain to the main one."
  }

  validation {
    condition     = length(distinct(concat(compact([var.domain]), var.additional_domains))) == length(compact([var.domain])) + length(var.additional_domains)
    error_message = "additional_domains must list each domain once and must not repeat domain. Remove the duplicates."
  }
}

variable "hosted_zone_id" {
  description = "ID of the Route 53 hosted zone for these domains. Null: another DNS provider hosts them, and the output dns_records lists the records to create there."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || can(regex("^Z[A-Z0-9]{3,31}$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be a hosted zone ID such as Z0123456789ABCDEFGHIJ. `aws route53 list-hosted-zones` lists yours."
  }

  validation {
    condition     = var.hosted_zone_id == null || var.domain != null
    error_message = "hosted_zone_id needs domain: set domain to the zone's domain."
  }
}

variable "additional_origins" {
  description = "Additional origins whose pages may connect to the counter, such as https://staging.example.com."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.additional_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "additional_origins must be origins: scheme and host without a path or trailing slash, such as https://staging.example.com."
  }
}

variable "origin_secret_generation" {
  description = "Number of the secret that CloudFront sends to the API. One more rotates it: the functions accept a secret and its successor, so no handshake is refused meanwhile."
  type        = number
  default     = 1

  validation {
    condition     = var.origin_secret_generation >= 1 && floor(var.origin_secret_generation) == var.origin_secret_generation
    error_message = "origin_secret_generation must be a whole number from 1."
  }
}

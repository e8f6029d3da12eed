variable "site_directory" {
  description = "Folder with the built site; its manifest is next to it as <folder>.manifest.json. Null: dist/site in this project."
  type        = string
  default     = null
}

variable "site_bucket_name" {
  description = "Name of the site's bucket. Null: <name>-<environment>-site-<account ID>."
  type        = string
  default     = null

  validation {
    condition     = var.site_bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.site_bucket_name))
    error_message = "site_bucket_name must have 3 to 63 characters from a-z, 0-9 and -, and neither start nor end with -. Dots would break TLS."
  }
}

variable "kept_assets" {
  description = "Hashed files of earlier releases to keep, by key, because pages that are still open may request them. `npm run deploy` reads the list from the state; files that are not listed are deleted."
  type = map(object({
    content_type  = string
    cache_control = string
  }))
  default = {}
}

variable "old_versions_days" {
  description = "Days after which S3 deletes an old version of a file. A version becomes old when the file is replaced or deleted."
  type        = number
  default     = 30

  validation {
    condition     = var.old_versions_days >= 1 && var.old_versions_days <= 3650 && floor(var.old_versions_days) == var.old_versions_days
    error_message = "old_versions_days must be a whole number from 1 to 3650."
  }
}

variable "instant_number" {
  description = "Publish the last number as count.json, at most every five seconds: the page shows it before the counter has answered. A lone visit costs one PUT request: see docs/cost.md."
  type        = bool
  default     = true
}

variable "count_badge" {
  description = "Also publish the number as count.svg, a badge for a README. Needs instant_number."
  type        = bool
  default     = false

  validation {
    condition     = var.instant_number || !var.count_badge
    error_message = "count_badge needs instant_number: the badge is written together with count.json."
  }
}

variable "price_class" {
  description = "CloudFront's edge locations: PriceClass_100 (North America and Europe), PriceClass_200 (adds Asia, Africa and the Middle East) or PriceClass_All."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "site_access_logs" {
  description = "Write a CloudFront access log to CloudWatch Logs in us-east-1. It contains visitors' IP addresses."
  type        = bool
  default     = false
}

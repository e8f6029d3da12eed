# ---------------------------------------------------------------------------
# Names and place
# ---------------------------------------------------------------------------

variable "name" {
  description = "Name of the project; the first part of every resource's name."
  type        = string
  default     = "cloud-resume"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 24 of a-z 0-9 - that begin with a letter and don't end with -: bucket names are made of it."
  }
}

variable "environment" {
  description = "Name of the environment; the second part of every resource's name."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$", var.environment))
    error_message = "environment must be 1 to 16 of a-z 0-9 - that neither begin nor end with -, such as production or pr-12."
  }
}

variable "region" {
  description = "Region of everything but the site's certificate, which CloudFront wants in us-east-1."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the code of an AWS Region, such as eu-central-1."
  }
}

variable "tags" {
  description = "Tags that every resource gets besides Project, Environment and ManagedBy."
  type        = map(string)
  default     = {}
}

# ---------------------------------------------------------------------------
# Domain
# ---------------------------------------------------------------------------

variable "domain" {
  description = "Domain of the site, such as example.com. Null: the site is found under CloudFront's name."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a domain name in small letters, without https:// and without a path, such as example.com."
  }
}

variable "additional_domains" {
  description = "More domains of the same site, such as www.example.com."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.additional_domains : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", name))])
    error_message = "additional_domains must be domain names in small letters, without https:// and without a path."
  }

  validation {
    condition     = length(var.additional_domains) == 0 || var.domain != null
    error_message = "additional_domains needs domain: set domain to the main one."
  }

  validation {
    condition     = length(distinct(concat(compact([var.domain]), var.additional_domains))) == length(compact([var.domain])) + length(var.additional_domains)
    error_message = "additional_domains must name each domain once, and not domain itself: leave out what is there already."
  }
}

variable "hosted_zone_id" {
  description = "Id of the Route 53 hosted zone that holds the domains. Null: DNS is elsewhere, and the output dns_records says what to create there."
  type        = string
  default     = null

  validation {
    condition     = var.hosted_zone_id == null || can(regex("^Z[A-Z0-9]{3,31}$", var.hosted_zone_id))
    error_message = "hosted_zone_id must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ; `aws route53 list-hosted-zones` shows it."
  }

  validation {
    condition     = var.hosted_zone_id == null || var.domain != null
    error_message = "hosted_zone_id needs domain: name the domain that the zone is for."
  }
}

variable "counter_domain" {
  description = "Domain of the WebSocket API, such as counter.example.com. Null: API Gateway's own name."
  type        = string
  default     = null

  validation {
    condition     = var.counter_domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.counter_domain))
    error_message = "counter_domain must be a domain name in small letters, without wss:// and without a path, such as counter.example.com."
  }

  validation {
    condition     = var.counter_domain == null || var.hosted_zone_id != null
    error_message = "counter_domain needs hosted_zone_id: its certificate is validated in that zone. Without a zone here, leave counter_domain out."
  }

  validation {
    condition     = var.counter_domain == null || !contains(concat([coalesce(var.domain, "-")], var.additional_domains), coalesce(var.counter_domain, "+"))
    error_message = "counter_domain must differ from the site's domains: CloudFront answers there."
  }
}

variable "additional_origins" {
  description = "Further origins whose pages may connect to the counter, such as https://staging.example.com."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.additional_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "additional_origins must be origins: scheme and host without a path or a slash at the end, such as https://staging.example.com."
  }
}

# ---------------------------------------------------------------------------
# Site
# ---------------------------------------------------------------------------

variable "site_directory" {
  description = "Folder with the built site; its manifest stands beside it as <folder>.manifest.json. Null: dist/site of this project."
  type        = string
  default     = null
}

variable "site_bucket_name" {
  description = "Name of the site's bucket. Null: <name>-<environment>-site-<account id>."
  type        = string
  default     = null

  validation {
    condition     = var.site_bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.site_bucket_name))
    error_message = "site_bucket_name must be 3 to 63 of a-z 0-9 - that neither begin nor end with -; dots break TLS."
  }
}

variable "kept_assets" {
  description = "Immutable files of earlier releases that stay, by their key: pages that are still open may ask for them. `npm run deploy` fills it from the state; what is not named here is deleted."
  type = map(object({
    content_type  = string
    cache_control = string
  }))
  default = {}
}

variable "old_versions_days" {
  description = "Days for which overwritten and deleted files stay in the bucket as old versions."
  type        = number
  default     = 30

  validation {
    condition     = var.old_versions_days >= 1 && var.old_versions_days <= 3650 && floor(var.old_versions_days) == var.old_versions_days
    error_message = "old_versions_days must be a whole number from 1 to 3650."
  }
}

variable "price_class" {
  description = "Where CloudFront serves from: PriceClass_100 (North America, Europe), PriceClass_200 (and Asia, Africa, Middle East) or PriceClass_All."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "site_access_logs" {
  description = "Whether CloudFront writes an access log (to CloudWatch Logs, in us-east-1). It holds visitors' addresses."
  type        = bool
  default     = false
}

# ---------------------------------------------------------------------------
# Functions
# ---------------------------------------------------------------------------

variable "functions_directory" {
  description = "Folder with updater.zip and broadcaster.zip. Null: dist/functions of this project."
  type        = string
  default     = null
}

variable "lambda_runtime" {
  description = "Lambda runtime of both functions; a Node.js one, 20 or newer."
  type        = string
  default     = "nodejs22.x"

  validation {
    condition     = can(regex("^nodejs(2[0-9]|[3-9][0-9])\\.x$", var.lambda_runtime))
    error_message = "lambda_runtime must be a Node.js runtime from nodejs20.x on, such as nodejs22.x."
  }
}

variable "updater_timeout" {
  description = "Seconds that the updater may take; API Gateway waits 29."
  type        = number
  default     = 10

  validation {
    condition     = var.updater_timeout >= 3 && var.updater_timeout <= 29
    error_message = "updater_timeout must be 3 to 29 seconds: API Gateway gives up after 29."
  }
}

variable "updater_memory" {
  description = "MB of memory of the updater; the processor's share grows with it."
  type        = number
  default     = 256

  validation {
    condition     = var.updater_memory >= 128 && var.updater_memory <= 10240
    error_message = "updater_memory must be 128 to 10240 MB."
  }
}

variable "broadcaster_timeout" {
  description = "Seconds that the broadcaster may take: it waits until the next broadcast may begin, viewers / posts_per_second after the last."
  type        = number
  default     = 900

  validation {
    condition     = var.broadcaster_timeout >= 30 && var.broadcaster_timeout <= 900
    error_message = "broadcaster_timeout must be 30 to 900 seconds: a broadcast holds its lease for ten seconds and more, and Lambda ends at 900."
  }
}

variable "broadcaster_memory" {
  description = "MB of memory of the broadcaster; the processor's share grows with it."
  type        = number
  default     = 256

  validation {
    condition     = var.broadcaster_memory >= 128 && var.broadcaster_memory <= 10240
    error_message = "broadcaster_memory must be 128 to 10240 MB."
  }
}

variable "counter_shards" {
  description = "Items over which the counter is spread; each takes about 500 visits a second. May be raised at any time, never lowered: the visits of a dropped shard would not be read."
  type        = number
  default     = 8

  validation {
    condition     = var.counter_shards >= 1 && var.counter_shards <= 64 && floor(var.counter_shards) == var.counter_shards
    error_message = "counter_shards must be a whole number from 1 to 64."
  }
}

variable "adopt_visitor_count" {
  description = "Whether the VisitorCount table is there already and is taken over with its count: after a destroy that kept it."
  type        = bool
  default     = false
}

variable "posts_per_second" {
  description = "Average posts a second that broadcasts may use: the cost ceiling. 100 are at most $0.36 an hour."
  type        = number
  default     = 100

  validation {
    condition     = var.posts_per_second >= 1 && var.posts_per_second <= 10000 && floor(var.posts_per_second) == var.posts_per_second
    error_message = "posts_per_second must be a whole number from 1 to 10000: an account has 10,000 requests a second by default."
  }
}

variable "fan_out_viewers" {
  description = "Audience from which on workers share a broadcast, each with as many viewers at most."
  type        = number
  default     = 5000

  validation {
    condition     = var.fan_out_viewers >= 1 && var.fan_out_viewers <= 1000000 && floor(var.fan_out_viewers) == var.fan_out_viewers
    error_message = "fan_out_viewers must be a whole number from 1 to 1000000."
  }
}

variable "connections_per_address" {
  description = "Connections that one address may open in ten minutes; generous, since an office or a conference shares one. 0 is without limit."
  type        = number
  default     = 1000

  validation {
    condition     = var.connections_per_address >= 0 && var.connections_per_address <= 1000000 && floor(var.connections_per_address) == var.connections_per_address
    error_message = "connections_per_address must be a whole number from 0 to 1000000."
  }
}

variable "retry_attempts" {
  description = "How often a batch of the stream is tried again before the failure queue is told."
  type        = number
  default     = 10

  validation {
    condition     = var.retry_attempts >= 0 && var.retry_attempts <= 10000
    error_message = "retry_attempts must be 0 to 10000; without limit (-1), one bad record would block its shard for a day."
  }
}

variable "record_age_seconds" {
  description = "Seconds after which a record of the stream is given up."
  type        = number
  default     = 3600

  validation {
    condition     = var.record_age_seconds >= 60 && var.record_age_seconds <= 86400
    error_message = "record_age_seconds must be 60 to 86400: the stream itself keeps a day."
  }
}

variable "permissions_boundary" {
  description = "Name of the account's IAM policy that bounds the functions' roles, such as cloud-resume-functions, which `npm run bootstrap` makes. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be the name of an IAM policy of this account, not its ARN, such as cloud-resume-functions."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces the functions. Its two actions know no resources: this setting adds the only statement with resource *."
  type        = bool
  default     = false
}

# ---------------------------------------------------------------------------
# Tables
# ---------------------------------------------------------------------------

variable "deletion_protection" {
  description = "Whether the VisitorCount table refuses to be deleted. `npm run destroy` switches it off first."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Whether the VisitorCount table can be restored to any second of the last 35 days."
  type        = bool
  default     = true
}

# ---------------------------------------------------------------------------
# Gateway
# ---------------------------------------------------------------------------

variable "throttle_rate" {
  description = "Requests a second (connects and messages together) that the API's stage takes on average."
  type        = number
  default     = 2000

  validation {
    condition     = var.throttle_rate >= 1 && var.throttle_rate <= 10000
    error_message = "throttle_rate must be 1 to 10000: an account has 10,000 requests a second by default."
  }
}

variable "throttle_burst" {
  description = "Requests that the API's stage takes at once."
  type        = number
  default     = 4000

  validation {
    condition     = var.throttle_burst >= 1 && var.throttle_burst <= 5000
    error_message = "throttle_burst must be 1 to 5000: an account has a burst of 5,000 by default."
  }
}

variable "gateway_access_logs" {
  description = "Whether the API's stage writes an access log. The account needs API Gateway's CloudWatch role: see gateway_account_role."
  type        = bool
  default     = false
}

variable "gateway_account_role" {
  description = "Whether this environment owns API Gateway's CloudWatch role, of which an account has one in each Region. True in one environment only. With provider 5 a destroy deletes the role, but the Region's setting goes on naming it: no API there writes logs until another environment owns the role."
  type        = bool
  default     = false
}

# ---------------------------------------------------------------------------
# Watching
# ---------------------------------------------------------------------------

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of CloudWatch's periods: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "alarm_email" {
  description = "Address that alarms and the budget write to. AWS asks it to confirm. Null: alarms are seen in the console only."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be an e-mail address such as me@example.com."
  }
}

variable "monthly_budget_usd" {
  description = "US dollars a month (of the whole account) from which on the budget writes to alarm_email; 0 is no budget."
  type        = number
  default     = 5

  validation {
    condition     = var.monthly_budget_usd >= 0
    error_message = "monthly_budget_usd must be 0 or more."
  }

  validation {
    condition     = var.monthly_budget_usd == 0 || var.alarm_email != null
    error_message = "The budget has nobody to write to: set alarm_email, or set monthly_budget_usd = 0 to go without a budget."
  }
}

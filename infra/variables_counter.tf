# ---------------------------------------------------------------------------
# Functions
# ---------------------------------------------------------------------------

variable "functions_directory" {
  description = "Folder with updater.zip and broadcaster.zip. Null: dist/functions in this project."
  type        = string
  default     = null
}

variable "lambda_runtime" {
  description = "Lambda runtime of both functions: Node.js 22 or newer. AWS deprecates nodejs22.x on 30 April 2027; nodejs24.x needs AWS provider 6."
  type        = string
  default     = "nodejs22.x"

  validation {
    condition     = can(regex("^nodejs(2[2-9]|[3-9][0-9])\\.x$", var.lambda_runtime))
    error_message = "lambda_runtime must be nodejs22.x or a newer Node.js runtime: AWS has blocked new functions on nodejs20.x since August 2026."
  }
}

variable "updater_timeout" {
  description = "Timeout of the updater in seconds. API Gateway waits 29 seconds at most."
  type        = number
  default     = 10

  validation {
    condition     = var.updater_timeout >= 3 && var.updater_timeout <= 29
    error_message = "updater_timeout must be 3 to 29 seconds: API Gateway gives up after 29."
  }
}

variable "updater_memory" {
  description = "Memory of the updater in MB. The CPU share grows with it."
  type        = number
  default     = 256

  validation {
    condition     = var.updater_memory >= 128 && var.updater_memory <= 10240
    error_message = "updater_memory must be 128 to 10240 MB."
  }
}

variable "broadcaster_timeout" {
  description = "Timeout of the broadcaster in seconds. It includes waiting for the next broadcast, which starts viewers / posts_per_second seconds after the previous one."
  type        = number
  default     = 900

  validation {
    condition     = var.broadcaster_timeout >= 30 && var.broadcaster_timeout <= 900
    error_message = "broadcaster_timeout must be 30 to 900 seconds: a broadcast holds its lease for at least ten seconds, and Lambda's limit is 900."
  }
}

variable "broadcaster_memory" {
  description = "Memory of the broadcaster in MB. The CPU share grows with it: 512 MB make about 2,420 posts a second (docs/scaling.md)."
  type        = number
  default     = 512

  validation {
    condition     = var.broadcaster_memory >= 128 && var.broadcaster_memory <= 10240
    error_message = "broadcaster_memory must be 128 to 10240 MB."
  }
}

variable "retry_attempts" {
  description = "Retries of a failed stream batch before Lambda reports it to the failure queue."
  type        = number
  default     = 10

  validation {
    condition     = var.retry_attempts >= 0 && var.retry_attempts <= 10000
    error_message = "retry_attempts must be 0 to 10000: with unlimited retries (-1), one bad record would block its shard for a day."
  }
}

variable "record_age_seconds" {
  description = "Age in seconds at which a stream record is discarded."
  type        = number
  default     = 3600

  validation {
    condition     = var.record_age_seconds >= 60 && var.record_age_seconds <= 86400
    error_message = "record_age_seconds must be 60 to 86400: the stream keeps records for one day."
  }
}

variable "permissions_boundary" {
  description = "Name of the IAM policy that limits the functions' roles, such as cloud-resume-production-functions. `npm run bootstrap` creates it. Null: no boundary."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be the name of an IAM policy of this account, not its ARN, such as cloud-resume-production-functions."
  }

  validation {
    condition     = var.permissions_boundary != "${var.name}-${startswith(var.environment, "pr-") ? "production" : "pr"}-functions"
    error_message = "permissions_boundary must be the boundary of this environment's class: <name>-pr-functions for pr-*, <name>-production-functions for production."
  }
}

variable "tracing" {
  description = "Trace the functions with X-Ray. Its two actions do not support resources, so this adds the only statement with resource *."
  type        = bool
  default     = false
}

# ---------------------------------------------------------------------------
# Counter and tables
# ---------------------------------------------------------------------------

variable "counter_shards" {
  description = "Number of items that hold the count; each accepts about 500 visits a second. You can raise it at any time but never lower it: the visits in a dropped shard would no longer be read."
  type        = number
  default     = 8

  validation {
    condition     = var.counter_shards >= 1 && var.counter_shards <= 64 && floor(var.counter_shards) == var.counter_shards
    error_message = "counter_shards must be a whole number from 1 to 64."
  }
}

variable "adopt_visitor_count" {
  description = "Import the existing VisitorCount table with its count. `npm run deploy` sets this after a destroy that kept the table."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Protect the VisitorCount table from deletion. `npm run destroy` turns this off first."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Keep backups of the VisitorCount table, so you can restore it to any second of the last 35 days."
  type        = bool
  default     = true
}

# ---------------------------------------------------------------------------
# Limits: what any load can cost
# ---------------------------------------------------------------------------

variable "posts_per_second" {
  description = "Average posts a second that broadcasts may use. This limits their cost: 100 posts a second cost at most $0.36 an hour."
  type        = number
  default     = 100

  validation {
    condition     = var.posts_per_second >= 1 && var.posts_per_second <= 10000 && floor(var.posts_per_second) == var.posts_per_second
    error_message = "posts_per_second must be a whole number from 1 to 10000: the default quota of an account is 10,000 requests a second."
  }
}

variable "fan_out_viewers" {
  description = "Viewers per worker. A larger audience is split among several workers."
  type        = number
  default     = 5000

  validation {
    condition     = var.fan_out_viewers >= 1 && var.fan_out_viewers <= 1000000 && floor(var.fan_out_viewers) == var.fan_out_viewers
    error_message = "fan_out_viewers must be a whole number from 1 to 1000000."
  }
}

variable "connections_per_address" {
  description = "Connections that one IP address may open in ten minutes. The default is generous because an office or a conference shares one address. 0 means no limit."
  type        = number
  default     = 1000

  validation {
    condition     = var.connections_per_address >= 0 && var.connections_per_address <= 1000000 && floor(var.connections_per_address) == var.connections_per_address
    error_message = "connections_per_address must be a whole number from 0 to 1000000."
  }
}

variable "connects_per_second" {
  description = "New connections a second that the API accepts on average. Each one can stay open for two hours, so this is the largest part of what an attack can cost: see the output worst_case_usd_per_hour."
  type        = number
  default     = 5

  validation {
    condition     = var.connects_per_second >= 1 && var.connects_per_second <= 500
    error_message = "connects_per_second must be 1 to 500: the default quota of an account is 500 new connections a second."
  }
}

variable "messages_per_second" {
  description = "Messages of each kind (hello and ping) a second that the API accepts on average. A page sends a ping every nine minutes, so 7 are enough for 3,780 viewers."
  type        = number
  default     = 7

  validation {
    condition     = var.messages_per_second >= 1 && var.messages_per_second <= 5000
    error_message = "messages_per_second must be 1 to 5000: the default quota of an account is 10,000 requests a second."
  }
}

variable "throttle_burst" {
  description = "Requests of each kind that the API accepts in a burst, above the averages."
  type        = number
  default     = 200

  validation {
    condition     = var.throttle_burst >= 1 && var.throttle_burst <= 5000
    error_message = "throttle_burst must be 1 to 5000: the default burst quota of an account is 5,000."
  }
}

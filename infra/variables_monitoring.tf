variable "log_retention_days" {
  description = "Retention of logs in days."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of CloudWatch's retention periods: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "gateway_access_logs" {
  description = "Write an access log for the API's stage. The account needs API Gateway's CloudWatch role, which `npm run bootstrap` creates if gatewayAccountRole is set."
  type        = bool
  default     = false
}

variable "alarm_email" {
  description = "E-mail address for alarms and the budget. AWS sends a confirmation request to it, and a second one for us-east-1 if the site is in another Region. Null: alarms appear in the console only."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be an e-mail address such as me@example.com."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly budget of the whole account in US dollars. AWS writes to alarm_email before it is exceeded. 0 means no budget; `npm run deploy` sets 5 if there is an alarm_email."
  type        = number
  default     = 0

  validation {
    condition     = var.monthly_budget_usd >= 0
    error_message = "monthly_budget_usd must be 0 or more."
  }

  validation {
    condition     = var.monthly_budget_usd == 0 || var.alarm_email != null
    error_message = "The budget needs an e-mail address: set alarm_email, or set monthly_budget_usd = 0 for no budget."
  }
}

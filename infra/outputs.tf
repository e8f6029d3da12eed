# ---------------------------------------------------------------------------
# For people
# ---------------------------------------------------------------------------

output "url" {
  description = "Where the site is found: the domain once its certificate is in use, CloudFront's name until then."
  value       = "https://${local.certificate_arn == null ? aws_cloudfront_distribution.site.domain_name : var.domain}"
}

output "counter_endpoint" {
  description = "The WebSocket's URL, as it stands in the page."
  value       = local.counter_endpoint
}

output "dns_records" {
  description = "Records to create where DNS is not in hosted_zone_id: first the certificate's proofs, then the site's names. An apex domain needs an ALIAS or ANAME instead of the CNAME. Apply again once they are seen."
  value = local.in_zone || var.domain == null ? [] : concat(
    [for name in local.site_domains : {
      name    = local.site_validations[name].resource_record_name
      type    = local.site_validations[name].resource_record_type
      value   = local.site_validations[name].resource_record_value
      purpose = "proves that ${name} is yours"
    }],
    [for name in local.site_domains : {
      name    = name
      type    = "CNAME"
      value   = aws_cloudfront_distribution.site.domain_name
      purpose = "leads ${name} to the site"
    }],
  )
}

output "domain_in_use" {
  description = "Whether the site is served under the domain. False with a domain: its certificate is not issued yet; see dns_records."
  value       = local.certificate_arn != null
}

output "dashboard_url" {
  description = "The dashboard in the AWS console."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

# ---------------------------------------------------------------------------
# For the commands
# ---------------------------------------------------------------------------

output "region" {
  description = "Region of everything but CloudFront's parts."
  value       = var.region
}

output "site_bucket" {
  description = "Name of the site's bucket."
  value       = aws_s3_bucket.site.id
}

output "distribution_id" {
  description = "Id of the CloudFront distribution."
  value       = aws_cloudfront_distribution.site.id
}

output "distribution_domain" {
  description = "CloudFront's name of the site."
  value       = aws_cloudfront_distribution.site.domain_name
}

output "certificate_arn" {
  description = "The site's certificate, issued or not; null without a domain."
  value       = one(aws_acm_certificate.site[*].arn)
}

output "api_id" {
  description = "Id of the WebSocket API."
  value       = aws_apigatewayv2_api.counter.id
}

output "management_endpoint" {
  description = "Where @connections lives."
  value       = local.management_endpoint
}

output "connection_ids_table" {
  description = "Name of the ConnectionIds table."
  value       = aws_dynamodb_table.connection_ids.name
}

output "visitor_count_table" {
  description = "Name of the VisitorCount table."
  value       = aws_dynamodb_table.visitor_count.name
}

output "counter_shards" {
  description = "Items over which the counter is spread."
  value       = var.counter_shards
}

output "updater_function" {
  description = "Name of the updater function."
  value       = aws_lambda_function.updater.function_name
}

output "broadcaster_function" {
  description = "Name of the broadcaster function."
  value       = aws_lambda_function.broadcaster.function_name
}

output "failure_queue_url" {
  description = "Queue that names invocations of the broadcaster which were given up: batches of the stream, the clock's questions, workers' shares."
  value       = aws_sqs_queue.broadcast_failures.url
}

output "alarm_names" {
  description = "Alarms of this environment, by their Region."
  value = {
    (var.region) = sort([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name])
    site         = [aws_cloudwatch_metric_alarm.site_5xx.alarm_name]
  }
}

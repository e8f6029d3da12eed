# ---------------------------------------------------------------------------
# For people
# ---------------------------------------------------------------------------

output "url" {
  description = "URL of the site: the domain once its certificate is in use, CloudFront's domain name until then."
  value       = "https://${local.site_host}"
}

output "counter_endpoint" {
  description = "URL of the WebSocket: the site's own, forwarded by CloudFront."
  value       = "wss://${local.site_host}/${local.socket_path}"
}

output "direct_counter_endpoint" {
  description = "URL of the API behind CloudFront. It rejects every handshake without CloudFront's secret."
  value       = "${aws_apigatewayv2_api.counter.api_endpoint}/${local.stage}"
}

output "dns_records" {
  description = "DNS records to create when hosted_zone_id is not set: those that validate the certificate, then those of the site. An apex domain needs an ALIAS or ANAME instead of the CNAME. Apply again once they resolve."
  value = local.in_zone || var.domain == null ? [] : concat(
    [for name in local.site_domains : {
      name    = local.site_validations[name].resource_record_name
      type    = local.site_validations[name].resource_record_type
      value   = local.site_validations[name].resource_record_value
      purpose = "proves that you own ${name}"
    }],
    [for name in local.site_domains : {
      name    = name
      type    = "CNAME"
      value   = aws_cloudfront_distribution.site.domain_name
      purpose = "points ${name} to the site"
    }],
  )
}

output "domain_in_use" {
  description = "Whether the domain serves the site. False with a domain means that its certificate is not issued yet: see dns_records."
  value       = local.certificate_arn != null
}

output "dashboard_url" {
  description = "URL of the dashboard in the AWS console. Null in a preview, which has none."
  value       = one([for dashboard in aws_cloudwatch_dashboard.this : "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${dashboard.dashboard_name}"])
}

# ---------------------------------------------------------------------------
# For the commands
# ---------------------------------------------------------------------------

output "region" {
  description = "Region of everything except CloudFront's resources."
  value       = var.region
}

output "site_bucket" {
  description = "Name of the site's bucket."
  value       = aws_s3_bucket.site.id
}

output "site_files" {
  description = "Hash of each published file by its key, for the doctor: of the file, or of what it was built from."
  value       = { for path, file in local.site_files : path => try(file.sourceSha256, file.sha256) }
}

output "distribution_id" {
  description = "ID of the CloudFront distribution."
  value       = aws_cloudfront_distribution.site.id
}

output "distribution_domain" {
  description = "CloudFront's domain name of the site."
  value       = aws_cloudfront_distribution.site.domain_name
}

output "certificate_arn" {
  description = "ARN of the site's certificate, issued or not. Null without a domain."
  value       = one(aws_acm_certificate.site[*].arn)
}

output "api_id" {
  description = "ID of the WebSocket API."
  value       = aws_apigatewayv2_api.counter.id
}

output "origin_secret_generation" {
  description = "Number of the secret in use between CloudFront and the API."
  value       = var.origin_secret_generation
}

output "management_endpoint" {
  description = "URL of the @connections API."
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
  description = "Number of items that hold the count."
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
  description = "URL of the queue with failed invocations of the broadcaster: stream batches, scheduled checks and workers."
  value       = aws_sqs_queue.broadcast_failures.url
}

output "alarm_names" {
  description = "Alarm names of this environment, by Region."
  value = {
    (var.region) = sort([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.visit_to_seen) : alarm.alarm_name])
    site         = aws_cloudwatch_metric_alarm.site_5xx[*].alarm_name
  }
}

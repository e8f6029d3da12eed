# Access logs contain visitors' addresses, so both are off by default.

# ---------------------------------------------------------------------------
# The site's
# ---------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "site" {
  count    = var.site_access_logs ? 1 : 0
  provider = aws.us_east_1

  # CloudWatch delivers CloudFront's logs only to groups with this prefix.
  name              = "/aws/vendedlogs/${local.prefix}-site"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_resource_policy" "site" {
  count    = var.site_access_logs ? 1 : 0
  provider = aws.us_east_1

  policy_name = "${local.prefix}-site"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DeliverTheAccessLog"
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "${aws_cloudwatch_log_group.site[0].arn}:log-stream:*"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_cloudwatch_log_delivery_source" "site" {
  count    = var.site_access_logs ? 1 : 0
  provider = aws.us_east_1

  name         = "${local.prefix}-site"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.site.arn
}

resource "aws_cloudwatch_log_delivery_destination" "site" {
  count    = var.site_access_logs ? 1 : 0
  provider = aws.us_east_1

  name          = "${local.prefix}-site"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = aws_cloudwatch_log_group.site[0].arn
  }
}

resource "aws_cloudwatch_log_delivery" "site" {
  count    = var.site_access_logs ? 1 : 0
  provider = aws.us_east_1

  delivery_source_name     = aws_cloudwatch_log_delivery_source.site[0].name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.site[0].arn

  depends_on = [aws_cloudwatch_log_resource_policy.site]
}

# ---------------------------------------------------------------------------
# The API's: the stage in api_gateway.tf writes it
# ---------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "gateway" {
  count = var.gateway_access_logs ? 1 : 0

  name              = "/aws/apigateway/${local.prefix}-counter"
  retention_in_days = var.log_retention_days
}

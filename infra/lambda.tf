# Shared by both functions.
locals {
  # Custom metrics cost $0.30 each a month: previews have none.
  metrics_environment = local.is_preview ? { POWERTOOLS_METRICS_DISABLED = "true" } : {}

  lambda_trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  # Limits the roles whatever their policies say, so the deploying role cannot create a more powerful one.
  permissions_boundary = (
    var.permissions_boundary == null
    ? null
    : "arn:${data.aws_partition.current.partition}:iam::${local.account}:policy/${var.permissions_boundary}"
  )

  # X-Ray's actions do not support resources: AWS accepts only "*" here. Off by default.
  tracing_statements = [for enabled in [var.tracing] : {
    Sid      = "Trace"
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  } if enabled]
}

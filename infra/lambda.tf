# What both functions share.
locals {
  lambda_trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })

  # X-Ray's actions know no resources, so that "*" is the only word AWS takes here. Off unless asked for.
  tracing_statements = [for enabled in [var.tracing] : {
    Sid      = "Trace"
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  } if enabled]
}

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

  # In front of the roles' own policies, so that whoever may deploy can't make a role that may do more.
  permissions_boundary = (
    var.permissions_boundary == null
    ? null
    : "arn:${data.aws_partition.current.partition}:iam::${local.account}:policy/${var.permissions_boundary}"
  )

  # X-Ray's actions know no resources, so that "*" is the only word AWS takes here. Off unless asked for.
  tracing_statements = [for enabled in [var.tracing] : {
    Sid      = "Trace"
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  } if enabled]
}

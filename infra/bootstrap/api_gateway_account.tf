# The role with which API Gateway writes access logs. An account has one per Region, so it does not belong to any environment.
resource "aws_iam_role" "gateway_account" {
  count = var.gateway_account_role ? 1 : 0

  name = "${var.name}-gateway-logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# API Gateway rejects an account role with fewer permissions than this AWS policy.
resource "aws_iam_role_policy_attachment" "gateway_account" {
  count = var.gateway_account_role ? 1 : 0

  role       = aws_iam_role.gateway_account[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  count    = var.gateway_account_role ? 1 : 0
  provider = aws.site

  cloudwatch_role_arn = aws_iam_role.gateway_account[0].arn

  depends_on = [aws_iam_role_policy_attachment.gateway_account]
}

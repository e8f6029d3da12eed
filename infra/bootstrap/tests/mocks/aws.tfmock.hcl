mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

override_resource {
  target = aws_s3_bucket.state
  values = {
    id  = "cloud-resume-state-123456789012"
    arn = "arn:aws:s3:::cloud-resume-state-123456789012"
  }
}

override_resource {
  target = aws_iam_role.gateway_account
  values = {
    arn = "arn:aws:iam::123456789012:role/cloud-resume-gateway-logs"
  }
}

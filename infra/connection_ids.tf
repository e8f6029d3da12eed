# One row per open connection. Rows without a $disconnect expire.
resource "aws_dynamodb_table" "connection_ids" {
  name         = "${local.prefix}-connection-ids"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "connectionId"

  attribute {
    name = "connectionId"
    type = "S"
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }
}

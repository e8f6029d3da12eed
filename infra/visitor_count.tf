# A table that is there, but in no state: a destroy has kept its count.
import {
  for_each = toset(var.adopt_visitor_count ? ["${local.prefix}-visitor-count"] : [])
  to       = aws_dynamodb_table.visitor_count
  id       = each.value
}

# The counter's shards, the visit markers and what was broadcast last. Its stream starts the broadcasts.
resource "aws_dynamodb_table" "visitor_count" {
  name         = "${local.prefix}-visitor-count"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  # A record only says that something has changed: the broadcaster reads the newest values itself.
  stream_enabled   = true
  stream_view_type = "KEYS_ONLY"

  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "id"
    type = "S"
  }

  ttl {
    attribute_name = "expiresAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }
}

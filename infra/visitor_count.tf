# The table exists but is in no state: a destroy kept it with its count.
import {
  for_each = toset(var.adopt_visitor_count ? ["${local.prefix}-visitor-count"] : [])
  to       = aws_dynamodb_table.visitor_count
  id       = each.value
}

# The counter's shards, the visit markers and the last broadcast. Its stream triggers the broadcasts.
resource "aws_dynamodb_table" "visitor_count" {
  name         = "${local.prefix}-visitor-count"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  # A record only signals a change: the broadcaster reads the latest values itself.
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
    # A preview's count is not worth a backup.
    enabled = var.point_in_time_recovery && !local.is_preview
  }
}

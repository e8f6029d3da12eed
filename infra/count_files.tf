# The number as files in the site's bucket. The page shows count.json long before a cold function answers; count.svg is a badge.
locals {
  count_files = !var.instant_number ? [] : var.count_badge ? ["count.json", "count.svg"] : ["count.json"]
}

resource "terraform_data" "instant_number" {
  input = var.instant_number
}

# Every page asks for the file, so it exists even without a number. The broadcaster replaces its content.
resource "aws_s3_object" "count" {
  bucket        = aws_s3_bucket.site.id
  key           = "count.json"
  content       = "{}"
  content_type  = "application/json"
  cache_control = "public, max-age=5"

  override_provider {
    default_tags { tags = {} }
  }

  lifecycle {
    ignore_changes = all
    # Without the feature, no old number stays.
    replace_triggered_by = [terraform_data.instant_number]
  }

  depends_on = [aws_s3_bucket_ownership_controls.site, aws_s3_bucket_versioning.site]
}

# ---------------------------------------------------------------------------
# Bucket: private, readable only by this distribution
# ---------------------------------------------------------------------------

locals {
  site_bucket_name = coalesce(var.site_bucket_name, "${local.prefix}-site-${local.account}")
}

resource "aws_s3_bucket" "site" {
  bucket = local.site_bucket_name

  # The build can recreate everything in it.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "site" {
  bucket = aws_s3_bucket.site.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "site" {
  bucket = aws_s3_bucket.site.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "site" {
  bucket = aws_s3_bucket.site.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "site" {
  bucket = aws_s3_bucket.site.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "site" {
  bucket = aws_s3_bucket.site.id

  rule {
    id     = "expire-old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.old_versions_days
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  # count.json and count.svg are replaced with almost every visit.
  rule {
    id     = "expire-old-numbers"
    status = "Enabled"

    filter {
      prefix = "count."
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.site]
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ReadByThisDistribution"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.site.arn}/*"
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.site.arn } }
      },
      {
        # With it, S3 answers 404 for a missing file. Without it, S3 answers 403, which also means a refused handshake and must not become a 404 page.
        Sid       = "KnowWhatIsMissing"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:ListBucket"
        Resource  = aws_s3_bucket.site.arn
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.site.arn } }
      },
      {
        # A Deny for every principal: here "*" is the strictest choice.
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.site.arn, "${aws_s3_bucket.site.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.site]
}

# ---------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------

# What is in the bucket. Terraform would create a kept asset that someone deleted as an empty file.
data "aws_s3_objects" "site" {
  count = length(var.kept_assets) > 0 ? 1 : 0

  bucket   = local.site_bucket_name
  max_keys = 10000
}

locals {
  kept_assets = { for key, asset in var.kept_assets : key => asset if contains(flatten(data.aws_s3_objects.site[*].keys), key) }

  # A file with a hash in its name never changes. Browsers revalidate the others.
  assets = merge(
    {
      for key, asset in local.kept_assets : key => {
        content_type  = asset.content_type
        cache_control = asset.cache_control
        source        = null
        sha256        = null
      }
    },
    {
      for path, file in local.site_files : path => {
        content_type  = file.contentType
        cache_control = file.cacheControl
        source        = "${local.site_directory}/${path}"
        sha256        = file.sha256
      } if strcontains(file.cacheControl, "immutable")
    },
  )
  pages = { for path, file in local.site_files : path => file if !strcontains(file.cacheControl, "immutable") }
}

resource "aws_s3_object" "asset" {
  for_each = local.assets

  bucket        = aws_s3_bucket.site.id
  key           = each.key
  source        = each.value.source
  content_type  = each.value.content_type
  cache_control = each.value.cache_control

  override_provider {
    default_tags { tags = {} }
  }

  lifecycle {
    # The name contains the hash, so an existing object is correct. Kept assets have no local file any more.
    ignore_changes = [source]

    precondition {
      condition     = each.value.source == null ? true : try(filebase64sha256(each.value.source), "") == each.value.sha256
      error_message = "${local.site_directory}/${each.key} is missing or differs from the manifest. Run `npm run build` and apply again."
    }
  }

  depends_on = [aws_s3_bucket_ownership_controls.site, aws_s3_bucket_versioning.site]
}

resource "aws_s3_object" "page" {
  for_each = local.pages

  bucket        = aws_s3_bucket.site.id
  key           = each.key
  content_type  = each.value.contentType
  cache_control = each.value.cacheControl
  source        = "${local.site_directory}/${each.value.file}"
  # A PDF's bytes differ with each browser version, so the hash of its source decides whether it changed.
  source_hash = try(each.value.sourceSha256, each.value.sha256)

  override_provider {
    default_tags { tags = {} }
  }

  lifecycle {
    precondition {
      condition     = try(filebase64sha256("${local.site_directory}/${each.value.file}"), "") == each.value.sha256
      error_message = "${local.site_directory}/${each.value.file} is missing or differs from the manifest. Run `npm run build` and apply again."
    }
  }

  # Publish a page after the assets it loads.
  depends_on = [aws_s3_object.asset, aws_s3_bucket_ownership_controls.site, aws_s3_bucket_versioning.site]
}

# The bucket and its files: who may read them, and their headers.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

mock_provider "aws" {
  alias           = "us_east_1"
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  region              = "eu-central-1"
  alarm_email         = "me@example.com"
  site_directory      = "./tests/fixture/site"
  functions_directory = "./tests/fixture/functions"
}

override_resource {
  target          = aws_cloudfront_origin_access_control.site
  values          = { id = "E456EXAMPLE" }
  override_during = plan
}

run "bucket_and_files" {
  command = plan

  assert {
    condition     = aws_s3_bucket.site.bucket == "cloud-resume-production-site-123456789012"
    error_message = "The bucket's name contains project, environment and account."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.site.block_public_acls,
      aws_s3_bucket_public_access_block.site.block_public_policy,
      aws_s3_bucket_public_access_block.site.ignore_public_acls,
      aws_s3_bucket_public_access_block.site.restrict_public_buckets,
    ])
    error_message = "All four public access blocks are on."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.site.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "The bucket owns every object; there are no ACLs."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.site.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "Objects are encrypted."
  }

  assert {
    condition     = aws_s3_bucket_versioning.site.versioning_configuration[0].status == "Enabled"
    error_message = "Overwritten files stay as versions."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.site.rule[0].status == "Enabled" && aws_s3_bucket_lifecycle_configuration.site.rule[0].noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "Old versions expire."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.site.rule[1].filter[0].prefix == "count." && aws_s3_bucket_lifecycle_configuration.site.rule[1].noncurrent_version_expiration[0].noncurrent_days == 1
    error_message = "Old numbers expire after a day."
  }

  assert {
    condition     = toset([for statement in jsondecode(aws_s3_bucket_policy.site.policy).Statement : "${statement.Effect} ${jsonencode(statement.Principal)} ${jsonencode(statement.Action)}"]) == toset(["Allow {\"Service\":\"cloudfront.amazonaws.com\"} \"s3:GetObject\"", "Allow {\"Service\":\"cloudfront.amazonaws.com\"} \"s3:ListBucket\"", "Deny {\"AWS\":\"*\"} \"s3:*\""])
    error_message = "The policy lets CloudFront read objects and learn that one is missing, and denies plain HTTP."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.site.policy).Statement[0].Condition == { StringEquals = { "AWS:SourceArn" = "arn:aws:cloudfront::123456789012:distribution/E123EXAMPLE" } }
    error_message = "Only this distribution may read."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.site.policy).Statement[0].Resource == "arn:aws:s3:::site-bucket/*"
    error_message = "The distribution may read this bucket's objects."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.site.policy).Statement[2].Condition == { Bool = { "aws:SecureTransport" = "false" } }
    error_message = "Plain HTTP is denied for every principal."
  }

  assert {
    condition     = one([for origin in aws_cloudfront_distribution.site.origin : origin.origin_access_control_id if origin.origin_id == "site"]) == aws_cloudfront_origin_access_control.site.id
    error_message = "The distribution signs its requests to the bucket."
  }

  assert {
    condition     = aws_cloudfront_origin_access_control.site.signing_behavior == "always" && aws_cloudfront_origin_access_control.site.signing_protocol == "sigv4"
    error_message = "Every request to the bucket is signed."
  }

  assert {
    condition     = toset(concat(keys(aws_s3_object.page), keys(aws_s3_object.asset))) == toset(["404.html", "assets/theme.0a1b2c3d.css", "index.html", "resume.txt"])
    error_message = "Every built file is an object."
  }

  assert {
    condition = { for key, object in merge(aws_s3_object.page, aws_s3_object.asset) : key => object.content_type } == {
      "404.html"                  = "text/html; charset=utf-8"
      "assets/theme.0a1b2c3d.css" = "text/css; charset=utf-8"
      "index.html"                = "text/html; charset=utf-8"
      "resume.txt"                = "text/plain; charset=utf-8"
    }
    error_message = "Every object has its file's MIME type."
  }

  assert {
    condition = { for key, object in merge(aws_s3_object.page, aws_s3_object.asset) : key => object.cache_control } == {
      "404.html"                  = "no-cache"
      "assets/theme.0a1b2c3d.css" = "public, max-age=31536000, immutable"
      "index.html"                = "no-cache"
      "resume.txt"                = "no-cache"
    }
    error_message = "HTML is revalidated; hashed assets are immutable."
  }

  assert {
    condition     = aws_s3_object.page["resume.txt"].source_hash == "hash-of-its-source" && aws_s3_object.page["404.html"].source_hash == filebase64sha256("tests/fixture/site/404.html")
    error_message = "A file changes with its bytes, or with the hash of its source where the manifest has one."
  }
}

run "old_assets_are_kept" {
  command = plan

  override_data {
    target = data.aws_s3_objects.site
    values = {
      keys = ["assets/theme.ffffffff.css", "index.html"]
    }
  }

  variables {
    kept_assets = {
      "assets/theme.ffffffff.css" = { content_type = "text/css", cache_control = "public, max-age=31536000, immutable" }
      "assets/theme.deleted.css"  = { content_type = "text/css", cache_control = "public, max-age=31536000, immutable" }
    }
  }

  assert {
    condition     = toset(keys(aws_s3_object.asset)) == toset(["assets/theme.0a1b2c3d.css", "assets/theme.ffffffff.css"])
    error_message = "Listed assets of earlier releases stay if the bucket still has them."
  }
}

run "nothing_was_built" {
  command = plan

  variables {
    site_directory      = "./tests/fixture/nowhere"
    functions_directory = "./tests/fixture/nowhere"
  }

  # Terraform does not reach the functions, which depend on the distribution.
  expect_failures = [aws_cloudfront_distribution.site]
}

run "functions_not_built" {
  command = plan

  variables {
    functions_directory = "./tests/fixture/nowhere"
  }

  expect_failures = [aws_lambda_function.updater, aws_lambda_function.broadcaster]
}

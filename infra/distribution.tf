locals {
  # Managed policies have the same documented IDs in every account.
  managed_caching_optimized          = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  managed_caching_disabled           = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  managed_all_viewer_except_the_host = "b689b0a8-53d0-40ab-baf2-68738e2966ac"

  content_security_policy = local.site_manifest.contentSecurityPolicy

  not_found_page = contains(keys(local.site_files), "404.html") ? "/404.html" : null

  # CloudFront sets headers by path pattern. Each unlisted variant has two: its page, "consulting", and its other files,
  # "resume.consulting.pdf" and so on.
  unlisted_patterns = distinct([
    for path, file in local.site_files : strcontains(path, ".") ? "*.${split(".", path)[1]}.*" : path
    if can(file.headers["x-robots-tag"])
  ])
}

# Proves to the updater that a handshake came through CloudFront. The functions accept the current secret and the next one. When the
# generation rises, CloudFront first switches to the next secret, which they know already; then they drop the old one.
resource "terraform_data" "origin_secret" {
  for_each = toset([for offset in [0, 1] : tostring(var.origin_secret_generation + offset)])

  input = uuid()

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  origin_secret_header = "X-Origin-Secret"
  origin_secret        = sensitive(terraform_data.origin_secret[tostring(var.origin_secret_generation)].output)
  next_origin_secret   = sensitive(terraform_data.origin_secret[tostring(var.origin_secret_generation + 1)].output)
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = "${local.prefix}-site"
  description                       = "Reads the bucket of ${local.prefix}"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "site" {
  comment             = local.prefix
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = var.price_class
  default_root_object = "index.html"
  aliases             = local.certificate_arn == null ? [] : local.site_domains

  origin {
    origin_id                = "site"
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  # The WebSocket API. The path is the stage's name, so no origin path is needed.
  origin {
    origin_id   = "counter"
    domain_name = replace(aws_apigatewayv2_api.counter.api_endpoint, "wss://", "")

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    # CloudFront replaces a header of this name that a viewer sends.
    custom_header {
      name  = local.origin_secret_header
      value = local.origin_secret
    }
  }

  default_cache_behavior {
    target_origin_id           = "site"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = local.managed_caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.site["listed"].id
  }

  # Forwards the handshake with all headers except Host, which must be the API's. CloudFront itself sends Sec-WebSocket-*.
  ordered_cache_behavior {
    path_pattern             = "/${local.socket_path}"
    target_origin_id         = "counter"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    viewer_protocol_policy   = "https-only"
    compress                 = false
    cache_policy_id          = local.managed_caching_disabled
    origin_request_policy_id = local.managed_all_viewer_except_the_host

    dynamic "function_association" {
      for_each = aws_cloudfront_function.stage

      content {
        event_type   = "viewer-request"
        function_arn = function_association.value.arn
      }
    }
  }

  # count.json and count.svg, which pages of other sites may read.
  ordered_cache_behavior {
    path_pattern               = "/count.*"
    target_origin_id           = "site"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = local.managed_caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.site["count"].id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.unlisted_patterns

    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = "site"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      viewer_protocol_policy     = "redirect-to-https"
      compress                   = true
      cache_policy_id            = local.managed_caching_optimized
      response_headers_policy_id = aws_cloudfront_response_headers_policy.site["unlisted"].id
    }
  }

  dynamic "custom_error_response" {
    for_each = local.not_found_page == null ? [] : [404]

    content {
      error_code            = custom_error_response.value
      response_code         = 404
      response_page_path    = local.not_found_page
      error_caching_min_ttl = 10
    }
  }

  # CloudFront caches an error for ten seconds by default. One refused handshake would refuse everyone at that location.
  dynamic "custom_error_response" {
    for_each = [400, 403, 500, 502, 503, 504]

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  # AWS sets the minimum TLS version for its default certificate. For a custom certificate it is TLSv1.2_2021.
  viewer_certificate {
    acm_certificate_arn            = local.certificate_arn
    cloudfront_default_certificate = local.certificate_arn == null ? true : null
    ssl_support_method             = local.certificate_arn == null ? null : "sni-only"
    minimum_protocol_version       = local.certificate_arn == null ? "TLSv1" : "TLSv1.2_2021"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.content_security_policy) <= 1783
      error_message = "The Content-Security-Policy has ${length(local.content_security_policy)} characters, and CloudFront allows 1,783. Use a theme with fewer inline scripts and styles (theme in cloud-resume.json), build and apply again."
    }

    precondition {
      condition     = contains(keys(local.site_files), "index.html")
      error_message = "${local.site_manifest_file} is missing or lists no index.html. Run `npm run build` and apply again."
    }
  }
}

moved {
  from = aws_cloudfront_response_headers_policy.site
  to   = aws_cloudfront_response_headers_policy.site["listed"]
}

resource "aws_cloudfront_response_headers_policy" "site" {
  for_each = merge(
    { listed = "${local.prefix}-site", count = "${local.prefix}-count" },
    length(local.unlisted_patterns) > 0 ? { unlisted = "${local.prefix}-site-unlisted" } : {},
  )

  name    = each.value
  comment = "Security headers of ${local.prefix}"

  security_headers_config {
    content_security_policy {
      content_security_policy = local.content_security_policy
      override                = true
    }

    strict_transport_security {
      access_control_max_age_sec = 63072000
      # The domain's other subdomains are outside this project.
      include_subdomains = false
      preload            = false
      override           = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }
  }

  dynamic "cors_config" {
    for_each = each.key == "count" ? ["*"] : []

    content {
      access_control_allow_credentials = false
      origin_override                  = true

      access_control_allow_headers { items = ["*"] }
      access_control_allow_methods { items = ["GET", "HEAD"] }
      access_control_allow_origins { items = [cors_config.value] }
    }
  }

  custom_headers_config {
    items {
      header   = "Permissions-Policy"
      value    = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
      override = true
    }

    items {
      header   = "Cross-Origin-Opener-Policy"
      value    = "same-origin"
      override = true
    }

    dynamic "items" {
      for_each = each.key == "unlisted" ? ["noindex"] : []

      content {
        header   = "X-Robots-Tag"
        value    = items.value
        override = true
      }
    }
  }
}

# CloudFront: how it serves the site, and on which domains.

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
  target          = aws_cloudfront_response_headers_policy.site["listed"]
  values          = { id = "policy-listed" }
  override_during = plan
}

override_resource {
  target          = aws_cloudfront_response_headers_policy.site["count"]
  values          = { id = "policy-count" }
  override_during = plan
}

override_resource {
  target          = aws_cloudfront_response_headers_policy.site["unlisted"]
  values          = { id = "policy-unlisted" }
  override_during = plan
}

run "without_a_domain" {
  command = plan

  assert {
    condition     = output.url == "https://d123example.cloudfront.net" && length(aws_cloudfront_distribution.site.aliases) == 0
    error_message = "Without a domain, CloudFront's domain name serves the site."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.viewer_certificate[0].cloudfront_default_certificate
    error_message = "Without a domain, CloudFront's default certificate is used."
  }

  assert {
    condition     = length(aws_acm_certificate.site) + length(aws_route53_record.site) + length(output.dns_records) == 0
    error_message = "Without a domain there is no certificate and no record."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_root_object == "index.html"
    error_message = "The root object is the page."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.http_version == "http2and3" && aws_cloudfront_distribution.site.is_ipv6_enabled
    error_message = "HTTP/2, HTTP/3 and IPv6 are on."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_cache_behavior[0].compress && aws_cloudfront_distribution.site.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "Answers are compressed, and plain HTTP is redirected."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_cache_behavior[0].cache_policy_id == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    error_message = "The cache policy is AWS's Managed-CachingOptimized."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.default_cache_behavior[0].response_headers_policy_id == aws_cloudfront_response_headers_policy.site["listed"].id
    error_message = "The response headers policy is in use."
  }

  assert {
    condition     = { for response in aws_cloudfront_distribution.site.custom_error_response : response.error_code => "${response.response_code} ${response.response_page_path}" if response.response_page_path != "" && response.response_page_path != null } == { 404 = "404 /404.html" }
    error_message = "A missing file gets the 404 page with status 404, and no other error is changed."
  }

  assert {
    condition     = toset([for response in aws_cloudfront_distribution.site.custom_error_response : response.error_code if response.error_caching_min_ttl == 0]) == toset([400, 403, 500, 502, 503, 504])
    error_message = "CloudFront caches no refusal: one visitor's must not become everyone's."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[0].path_pattern == "/live" && aws_cloudfront_distribution.site.ordered_cache_behavior[0].target_origin_id == "counter" && aws_cloudfront_distribution.site.ordered_cache_behavior[0].viewer_protocol_policy == "https-only"
    error_message = "The WebSocket has a behavior of its own, over HTTPS only."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" && aws_cloudfront_distribution.site.ordered_cache_behavior[0].origin_request_policy_id == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    error_message = "Handshakes are not cached, and Host is the API's."
  }

  assert {
    condition     = one([for origin in aws_cloudfront_distribution.site.origin : origin.domain_name if origin.origin_id == "counter"]) == "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com" && one([for origin in aws_cloudfront_distribution.site.origin : origin.custom_origin_config[0].origin_protocol_policy if origin.origin_id == "counter"]) == "https-only"
    error_message = "The second origin is the API, over HTTPS only."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.price_class == "PriceClass_100"
    error_message = "The price class is the default one."
  }

  assert {
    condition     = length(aws_cloudwatch_log_delivery.site) == 0
    error_message = "The access log is off by default."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.site["listed"].security_headers_config[0].content_security_policy[0].content_security_policy == "default-src 'none'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"
    error_message = "The policy comes from the build."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.site["listed"].security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 63072000
    error_message = "HSTS lasts two years."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.site["listed"].security_headers_config[0].content_type_options[0].override && aws_cloudfront_response_headers_policy.site["listed"].security_headers_config[0].frame_options[0].frame_option == "DENY"
    error_message = "Content sniffing and framing are off."
  }

  assert {
    condition     = aws_cloudfront_response_headers_policy.site["listed"].security_headers_config[0].referrer_policy[0].referrer_policy == "strict-origin-when-cross-origin"
    error_message = "Other sites receive the origin only."
  }

  assert {
    condition     = anytrue([for item in aws_cloudfront_response_headers_policy.site["listed"].custom_headers_config[0].items : item.header == "Permissions-Policy" && strcontains(item.value, "camera=()")])
    error_message = "The page may not use camera, microphone or location."
  }
}

run "domain_in_a_zone_here" {
  command = plan

  variables {
    domain             = "example.com"
    additional_domains = ["www.example.com"]
    hosted_zone_id     = "Z0123456789ABC"
    site_access_logs   = true
  }

  assert {
    condition     = aws_cloudfront_distribution.site.aliases == toset(["example.com", "www.example.com"]) && output.url == "https://example.com" && output.domain_in_use
    error_message = "One apply puts the domain into use."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && aws_cloudfront_distribution.site.viewer_certificate[0].ssl_support_method == "sni-only"
    error_message = "The minimum TLS version is TLSv1.2_2021."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.viewer_certificate[0].acm_certificate_arn == aws_acm_certificate_validation.site[0].certificate_arn
    error_message = "The distribution waits for the certificate."
  }

  assert {
    condition     = strcontains(aws_acm_certificate.site[0].arn, ":us-east-1:") && aws_acm_certificate.site[0].validation_method == "DNS"
    error_message = "The certificate is validated by DNS, in us-east-1."
  }

  assert {
    condition     = { for name, record in aws_route53_record.site_validation : name => "${record.name} ${one(record.records)}" } == { "example.com" = "_a.example.com. _a.acm-validations.aws.", "www.example.com" = "_b.www.example.com. _b.acm-validations.aws." }
    error_message = "Every domain's validation record is in the zone."
  }

  assert {
    condition     = toset([for record in aws_route53_record.site : "${record.name} ${record.type} ${record.alias[0].name}"]) == toset([for pair in setproduct(["example.com", "www.example.com"], ["A", "AAAA"]) : "${pair[0]} ${pair[1]} d123example.cloudfront.net"])
    error_message = "Every domain points to the distribution over IPv4 and IPv6."
  }

  assert {
    condition     = length(output.dns_records) == 0
    error_message = "There are no records to create by hand."
  }

  assert {
    condition     = aws_lambda_function.updater.environment[0].variables.ALLOWED_ORIGINS == "https://d123example.cloudfront.net,https://example.com,https://www.example.com"
    error_message = "Only pages on the site's domains may connect."
  }

  assert {
    condition     = aws_cloudwatch_log_delivery_source.site[0].log_type == "ACCESS_LOGS" && aws_cloudwatch_log_group.site[0].retention_in_days == 30 && startswith(aws_cloudwatch_log_group.site[0].name, "/aws/vendedlogs/")
    error_message = "The access log goes to a log group with the required prefix and a retention period."
  }
}

run "more_behaviors" {
  command = plan

  variables {
    site_directory = "./tests/fixture/editions"
    count_badge    = true
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.site.ordered_cache_behavior : behavior.path_pattern if behavior.response_headers_policy_id == aws_cloudfront_response_headers_policy.site["unlisted"].id] == ["consulting", "*.consulting.*"]
    error_message = "The page and the files of a variant have their own response headers policy."
  }

  assert {
    condition     = anytrue([for item in aws_cloudfront_response_headers_policy.site["unlisted"].custom_headers_config[0].items : item.header == "X-Robots-Tag" && item.value == "noindex"])
    error_message = "That policy keeps search engines away."
  }

  assert {
    condition     = alltrue([for item in aws_cloudfront_response_headers_policy.site["listed"].custom_headers_config[0].items : item.header != "X-Robots-Tag"])
    error_message = "The policy of the other files does not."
  }

  assert {
    condition     = aws_lambda_function.updater.environment[0].variables.EDITIONS == "consulting"
    error_message = "The updater counts the visits of this page, which it knows from the manifest."
  }

  assert {
    condition     = aws_s3_object.page["consulting"].source == "./tests/fixture/editions/consulting.html" && aws_s3_object.page["consulting"].content_type == "text/html; charset=utf-8"
    error_message = "The key has no extension, the file on disk has."
  }

  assert {
    condition     = [for key, policy in aws_cloudfront_response_headers_policy.site : key if length(policy.cors_config) > 0] == ["count"] && one(aws_cloudfront_response_headers_policy.site["count"].cors_config[0].access_control_allow_origins).items == toset(["*"])
    error_message = "Other sites may read the number, and nothing else."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.ordered_cache_behavior[1].path_pattern == "/count.*" && aws_lambda_function.broadcaster.environment[0].variables.COUNT_BADGE == "true"
    error_message = "Both files have the path pattern of the behavior."
  }
}

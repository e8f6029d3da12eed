# A domain at another DNS provider: one apply requests the certificate, and the first apply after it is issued puts it into use.

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

run "certificate_pending" {
  command = plan

  variables {
    domain             = "example.com"
    additional_domains = ["www.example.com"]
  }

  assert {
    condition     = output.url == "https://d123example.cloudfront.net" && !output.domain_in_use && length(aws_cloudfront_distribution.site.aliases) == 0
    error_message = "CloudFront's domain name serves the site until the certificate is issued."
  }

  assert {
    condition     = length(aws_acm_certificate_validation.site) + length(aws_route53_record.site) == 0
    error_message = "Nothing waits for records that cannot exist yet."
  }

  assert {
    condition = [for record in output.dns_records : "${record.name} ${record.type} ${record.value}"] == [
      "_a.example.com. CNAME _a.acm-validations.aws.",
      "_b.www.example.com. CNAME _b.acm-validations.aws.",
      "example.com CNAME d123example.cloudfront.net",
      "www.example.com CNAME d123example.cloudfront.net",
    ]
    error_message = "The output lists the records to create: certificate validation and site."
  }
}

run "certificate_issued" {
  command = plan

  variables {
    domain             = "example.com"
    additional_domains = ["www.example.com"]
  }

  override_resource {
    target          = aws_acm_certificate.site
    override_during = plan
    values = {
      arn    = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
      status = "ISSUED"
      domain_validation_options = [
        { domain_name = "example.com", resource_record_name = "_a.example.com.", resource_record_type = "CNAME", resource_record_value = "_a.acm-validations.aws." },
        { domain_name = "www.example.com", resource_record_name = "_b.www.example.com.", resource_record_type = "CNAME", resource_record_value = "_b.acm-validations.aws." },
      ]
    }
  }

  assert {
    condition     = output.url == "https://example.com" && output.domain_in_use && aws_cloudfront_distribution.site.aliases == toset(["example.com", "www.example.com"])
    error_message = "An issued certificate is used without any other setting."
  }

  assert {
    condition     = aws_cloudfront_distribution.site.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "The minimum TLS version is TLSv1.2_2021."
  }
}

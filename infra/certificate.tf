# ---------------------------------------------------------------------------
# The site's certificate
# ---------------------------------------------------------------------------

resource "aws_acm_certificate" "site" {
  count    = var.domain == null ? 0 : 1
  provider = aws.us_east_1

  domain_name               = var.domain
  subject_alternative_names = var.additional_domains
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate_validation" "site" {
  count    = local.in_zone ? 1 : 0
  provider = aws.us_east_1

  certificate_arn         = aws_acm_certificate.site[0].arn
  validation_record_fqdns = [for record in aws_route53_record.site_validation : record.fqdn]

  timeouts {
    create = "30m"
  }
}

locals {
  # With hosted_zone_id, the apply waits for the certificate. With another DNS provider it does not, because its records cannot
  # exist yet: CloudFront's domain name serves the site until an apply finds the certificate issued.
  certificate_arn = (
    local.in_zone
    ? aws_acm_certificate_validation.site[0].certificate_arn
    : one([for certificate in aws_acm_certificate.site : certificate.arn if certificate.status == "ISSUED"])
  )
}

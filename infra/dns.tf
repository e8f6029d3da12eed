locals {
  # Keyed by domain, because the keys must be known before the certificate exists. The certificate provides the records.
  site_validations = {
    for name in local.site_domains : name => one([
      for option in aws_acm_certificate.site[0].domain_validation_options : option if option.domain_name == name
    ])
  }
}

resource "aws_route53_record" "site_validation" {
  for_each = toset(local.in_zone ? local.site_domains : [])

  zone_id         = var.hosted_zone_id
  name            = local.site_validations[each.key].resource_record_name
  type            = local.site_validations[each.key].resource_record_type
  records         = [local.site_validations[each.key].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_route53_record" "site" {
  for_each = {
    for pair in setproduct(local.in_zone ? local.site_domains : [], ["A", "AAAA"]) :
    "${pair[0]} ${pair[1]}" => { name = pair[0], type = pair[1] }
  }

  zone_id = var.hosted_zone_id
  name    = each.value.name
  type    = each.value.type

  alias {
    name                   = aws_cloudfront_distribution.site.domain_name
    zone_id                = aws_cloudfront_distribution.site.hosted_zone_id
    evaluate_target_health = false
  }
}

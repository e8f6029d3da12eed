# Every validated setting rejects an invalid value.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "site"
  source = "./tests/mocks"
}

run "wrong_settings" {
  command = plan

  variables {
    name             = "Cloud Résumé"
    region           = "Frankfurt"
    state_bucket     = "My.Bucket"
    repository       = "resume"
    repository_ids   = { owner = 583231, repository = 1296269 }
    site_bucket_name = "My.Bucket"
    hosted_zone_id   = "example.com"
  }

  expect_failures = [
    var.name,
    var.region,
    var.state_bucket,
    var.repository,
    var.site_bucket_name,
    var.hosted_zone_id,
  ]
}

# Every page connects to /live, but a preview's stage has another name: only the stage distinguishes production's connections from a
# preview's in the permissions boundaries (infra/bootstrap/boundary.tf). This function changes the path on the way.
resource "aws_cloudfront_function" "stage" {
  count = local.is_preview ? 1 : 0

  name    = "${local.prefix}-stage"
  comment = "Forwards /${local.socket_path} to the stage ${local.stage}"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = <<-JS
    function handler(event) {
      event.request.uri = '/${local.stage}';
      return event.request;
    }
  JS
}

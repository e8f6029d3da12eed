/**
 * The security headers of every answer, as CloudFront's response headers policy sets them (infra/distribution.tf states the
 * same values). The Content-Security-Policy comes out of the build.
 */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Two years. Only over https: elsewhere a browser ignores it. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=63072000';

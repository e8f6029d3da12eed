// Loaded by node -r: makes the program believe that it runs on the platform that PRETEND_PLATFORM names, such as darwin-arm64.
const [platform, arch] = process.env.PRETEND_PLATFORM.split('-');
Object.defineProperty(process, 'platform', { value: platform });
Object.defineProperty(process, 'arch', { value: arch });

export * from '../dev/mail/index.js'

/** A mail of ours shows itself and loads nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** A mail as a page for `srcdoc`, in the light it would be read in; mail programs leave some room around it. */
export const previewPage = (html: string, isDark: boolean): string =>
  html.replace(
    '<head>',
    `<head><meta http-equiv="Content-Security-Policy" content="${policy}">` +
      `<style>:root{color-scheme:${isDark ? 'dark' : 'light'}}html{padding:16px 18px}</style>`,
  )

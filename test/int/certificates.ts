import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificate = { key: string; cert: string }

/** Certificates for `localhost`, but for `otherName`; all but `selfSigned` by an authority of their own. */
export type Certificates = {
  /** The file of the authority that vouches for them. */
  authority: string
  valid: Certificate
  expired: Certificate
  otherName: Certificate
  selfSigned: Certificate
  remove: () => void
}

const openssl = (folder: string, args: string): void => {
  const { status, stderr } = spawnSync('openssl', args.split(' '), { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${args} failed.\n${stderr}`)
}

/** Has openssl make them, in a folder of their own. */
export const makeCertificates = (): Certificates => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const run = (args: string) => openssl(folder, args)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const newKey = 'req -newkey rsa:2048 -nodes'
  run(`${newKey} -x509 -days 2 -subj /CN=authority -keyout authority.key -out authority.pem`)
  run(
    `${newKey} -x509 -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout self.key -out self.pem`,
  )
  run(`${newKey} -subj /CN=localhost -keyout own.key -out own.csr`)
  const sign = (args: { name: string; host: string; days: number }): Certificate => {
    const { name, host, days } = args
    writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${host}\n`)
    run(
      `x509 -req -in own.csr -CA authority.pem -CAkey authority.key -days ${days} -extfile names -out ${name}.pem`,
    )
    return { key: read('own.key'), cert: read(`${name}.pem`) }
  }
  return {
    authority: join(folder, 'authority.pem'),
    valid: sign({ name: 'valid', host: 'localhost', days: 2 }),
    expired: sign({ name: 'expired', host: 'localhost', days: -1 }),
    otherName: sign({ name: 'other', host: 'mail.example.com', days: 2 }),
    selfSigned: { key: read('self.key'), cert: read('self.pem') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

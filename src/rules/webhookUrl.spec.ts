import { describe, expect, it } from 'vitest'
import { urlFault } from './webhookUrl.js'

describe('the address of a receiver', () => {
  it('J01 is refused where it is private, in every spelling', () => {
    const hosts = [
      '127.0.0.1',
      '127.1',
      '0177.0.0.1',
      '0x7f000001',
      '0x7f.0.0.1',
      '2130706433',
      '%31%32%37.0.0.1',
      '１２７.0.0.1',
      '127。0。0。1',
      '0.0.0.0',
      'localhost',
      'LOCALHOST.',
      'hooks.localhost',
      'metadata.google.internal',
      '169.254.169.254',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.0.1',
      '100.64.0.1',
      '[::1]',
      '[::]',
      '[::ffff:7f00:1]',
      '[::ffff:127.0.0.1]',
      '[::7f00:1]',
      '[64:ff9b::a9fe:a9fe]',
      '[2002:7f00:1::]',
      '[fe80::1]',
      '[fd00::1]',
    ]
    const faults = hosts.map((host) => [host, urlFault({ url: `https://${host}:8443/x`, allowed: false })])
    expect(faults).toEqual(hosts.map((host) => [host, 'privateHost']))
  })

  it.each([
    ['https://example.com/hook?a=1', null],
    ['https://8.8.8.8/', null],
    ['http://example.com/', 'notHttps'],
    ['https://user:word@example.com/', 'credentials'],
    ['https://user@example.com/', 'credentials'],
    ['https://example.com@127.0.0.1/', 'credentials'],
    ['ftp://example.com/', 'badUrl'],
    ['file:///etc/passwd', 'badUrl'],
    ['javascript:alert(1)', 'badUrl'],
    ['example.com', 'badUrl'],
    ['https://exa mple.com', 'badUrl'],
    ['', 'badUrl'],
  ])('%s: %s', (url, fault) => {
    expect(urlFault({ url, allowed: false })).toBe(fault)
  })

  it('may be private where the site says so, and no other then', () => {
    const allowed = ['127.0.0.1', 'Hooks.Internal', '::1']
    const faultOf = (url: string) => urlFault({ url, allowed })
    expect(faultOf('http://127.0.0.1:9000/')).toBeNull()
    expect(faultOf('http://2130706433/')).toBeNull()
    expect(faultOf('http://hooks.internal./')).toBeNull()
    expect(faultOf('http://[::1]/')).toBeNull()
    expect(faultOf('http://127.0.0.2/')).toBe('privateHost')
    expect(faultOf('http://example.com/')).toBe('notHttps')
    expect(urlFault({ url: 'http://10.0.0.1/', allowed: true })).toBeNull()
  })
})

import { expect, it } from 'vitest'
import { isPrivateHost } from './host.js'

it('J02 knows private hosts in every spelling', () => {
  const hosts = [
    '127.0.0.1',
    'localhost',
    'LOCALHOST.',
    '::1',
    '[::1]',
    '0x7f000001',
    '2130706433',
    '169.254.169.254',
    '::ffff:7f00:1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    'fc00::1',
    'fe80::1',
    'mail.internal',
    'nas.local',
    '',
  ]
  expect(hosts.filter((host) => !isPrivateHost(host))).toEqual([])
})

it('leaves public hosts alone', () => {
  const hosts = ['imap.example.com', '8.8.8.8', '2606:4700::1111', 'localhost.example.com']
  expect(hosts.filter(isPrivateHost)).toEqual([])
})

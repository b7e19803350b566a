const Home = () => (
  <main className="home">
    <p className="brand">Acme</p>
    <h1>Everything for the desert.</h1>
    <p className="lead">
      Rockets, anvils, giant magnets and tunnels that open when you need them. Shipped within two days.
    </p>
    <nav className="doors">
      <a className="door" href="/mail">
        <strong>Write to support</strong>
        <span>Opens the customer’s mail program. Pretend to be anybody and ask for help.</span>
      </a>
      <a className="door" href="/support">
        <strong>Your requests</strong>
        <span>The portal: ask, follow and answer on the shop’s own page, by a link or as a customer.</span>
      </a>
      <a className="door" href="/my-requests">
        <strong>My requests</strong>
        <span>The same in the shop’s own drawing, with the portal’s hooks.</span>
      </a>
      <a className="door" href="/contact">
        <strong>Contact us</strong>
        <span>The shop’s contact form, made with Payload’s form builder. What you send opens a ticket.</span>
      </a>
      <a className="door" href="/admin/collections/tickets/inbox">
        <strong>Answer customers</strong>
        <span>Opens the help desk in the admin panel, where the agents work.</span>
      </a>
    </nav>
    <p className="small">Acme is a pretend company. No mail leaves this machine.</p>
  </main>
)

export default Home

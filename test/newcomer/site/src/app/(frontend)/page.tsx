const Page = () => <h1>Welcome</h1>

export default Page

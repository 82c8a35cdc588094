"""Load on a deployment: journeys of officers (Locust), and the peers that benches compare with.

Nothing here needs the database or imports the product: what stands against a deployment is a file
of officers and its address. `peers` are programs of their own.
"""

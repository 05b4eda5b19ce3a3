"""A session that a Python program would have with a cloud, through openstacksdk as Debian packages it.

Each step is reported as a line of JSON. A step that fails does not end the session: what needed it fails as well.
"""

import io
import json
import sys
import warnings

import openstack

warnings.simplefilter("ignore")
openstack.enable_logging(False)
steps = []


def step(name):
    """Makes the function a step of the session."""

    def add(function):
        steps.append((name, function))
        return function

    return add


def same(what, found, expected):
    """Fails unless what was found is what was expected."""
    if found != expected:
        raise AssertionError(f"{what} is {found!r}, not {expected!r}")


@step("log in and see who one is")
def log_in(cloud, kept):
    same("the project", cloud.current_project.name, "admin")
    same("the number of hypervisors", len(list(cloud.compute.hypervisors())), 3)


@step("find flavor, image and network by name")
def find(cloud, kept):
    kept["flavor"] = cloud.get_flavor("m1.tiny")
    kept["bigger"] = cloud.get_flavor("m1.small")
    kept["image"] = cloud.get_image("berth-tiny")
    kept["network"] = cloud.get_network("private")
    for name, found in kept.items():
        if found is None:
            raise AssertionError(f"there is no {name}")


@step("upload an image and download it")
def upload(cloud, kept):
    image = cloud.create_image("sdk-image", data=b"berth" * 1000, disk_format="raw", container_format="bare", wait=True)
    same("the status", image.status, "active")
    kept["uploaded"] = image
    read = io.BytesIO()
    cloud.download_image(image.id, output_file=read)
    same("what came back", read.getvalue(), b"berth" * 1000)


@step("make a network, a subnet, a router and a security group")
def network(cloud, kept):
    made = cloud.create_network("sdk-net")
    subnet = cloud.create_subnet(made.id, cidr="10.88.0.0/24", subnet_name="sdk-subnet")
    router = cloud.create_router("sdk-router", ext_gateway_net_id=cloud.get_network("public").id)
    cloud.add_router_interface(router, subnet_id=subnet.id)
    group = cloud.create_security_group("sdk-group", "for the session")
    cloud.create_security_group_rule("sdk-group", port_range_min=22, port_range_max=22, protocol="tcp")
    kept.update(net=made, subnet=subnet, router=router, group=group)


@step("make a key pair")
def keypair(cloud, kept):
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfLP7yfDXoq6X2Yf2yzoZ0yJvUjUV2aXW2PzqEzqVb sdk"
    same("the name", cloud.create_keypair("sdk-key", key).name, "sdk-key")


@step("create_server, waiting, with a floating IP of its own")
def create(cloud, kept):
    server = cloud.create_server(
        "sdk",
        image=kept["image"],
        flavor=kept["flavor"],
        network=kept["net"],
        key_name="sdk-key",
        security_groups=["sdk-group"],
        userdata="#!/bin/sh\n",
        meta={"purpose": "session"},
        auto_ip=True,
        wait=True,
        timeout=60,
    )
    kept["server"] = server
    same("the status", server.status, "ACTIVE")
    if not server.public_v4:
        raise AssertionError("it has no floating IP")


@step("list servers with all that is known of them")
def list_servers(cloud, kept):
    listed = [one for one in cloud.list_servers(detailed=True) if one.id == kept["server"].id]
    same("how often it is listed", len(listed), 1)
    same("its key", listed[0].key_name, "sdk-key")


@step("set and delete its metadata")
def metadata(cloud, kept):
    cloud.set_server_metadata(kept["server"], {"more": "yes"})
    same("an entry", cloud.get_server_by_id(kept["server"].id).metadata["more"], "yes")
    cloud.delete_server_metadata(kept["server"], ["more"])
    same("the entries", cloud.get_server_by_id(kept["server"].id).metadata, {"purpose": "session"})


def becomes(cloud, kept, status):
    # The library believes what it knows already: it is asked again first.
    kept["server"] = cloud.compute.get_server(kept["server"].id)
    kept["server"] = cloud.compute.wait_for_server(kept["server"], status=status, interval=0.2, wait=60)


def action_step(name, status, verb):
    """A step that does one thing to the server and waits for a status."""

    def run(cloud, kept):
        verb(cloud.compute, kept["server"].id)
        becomes(cloud, kept, status)

    steps.append((name, run))


action_step("stop it", "SHUTOFF", lambda compute, server: compute.stop_server(server))
action_step("start it", "ACTIVE", lambda compute, server: compute.start_server(server))
action_step("reboot it", "ACTIVE", lambda compute, server: compute.reboot_server(server, "HARD"))
action_step("suspend it", "SUSPENDED", lambda compute, server: compute.suspend_server(server))
action_step("resume it", "ACTIVE", lambda compute, server: compute.resume_server(server))
action_step("rescue it", "RESCUE", lambda compute, server: compute.rescue_server(server))
action_step("end the rescue", "ACTIVE", lambda compute, server: compute.unrescue_server(server))
action_step("shelve it", "SHELVED_OFFLOADED", lambda compute, server: compute.shelve_server(server))
action_step("take it off the shelf", "ACTIVE", lambda compute, server: compute.unshelve_server(server))


@step("resize it, look, and confirm")
def resize(cloud, kept):
    cloud.compute.resize_server(kept["server"].id, kept["bigger"].id)
    becomes(cloud, kept, "VERIFY_RESIZE")
    cloud.compute.confirm_server_resize(kept["server"].id)
    becomes(cloud, kept, "ACTIVE")
    same("its flavor", kept["server"].flavor.original_name, "m1.small")


@step("migrate it live")
def live_migrate(cloud, kept):
    before = cloud.compute.get_server(kept["server"].id).compute_host
    cloud.compute.live_migrate_server(kept["server"].id, block_migration="auto")
    becomes(cloud, kept, "ACTIVE")
    after = cloud.compute.get_server(kept["server"].id).compute_host
    if before == after:
        raise AssertionError(f"it still is on {before}")


@step("rebuild it")
def rebuild(cloud, kept):
    same("the status", cloud.rebuild_server(kept["server"].id, kept["image"].id, wait=True, timeout=60).status, "ACTIVE")


@step("take a snapshot")
def snapshot(cloud, kept):
    image = cloud.create_image_snapshot("sdk-snapshot", kept["server"].id, wait=True, timeout=60)
    same("the status", image.status, "active")
    cloud.delete_image(image.id, wait=True)


@step("read its console")
def console(cloud, kept):
    if not cloud.get_server_console(kept["server"].id, length=10):
        raise AssertionError("it is empty")


@step("attach a volume, waiting, and detach it")
def volume(cloud, kept):
    made = cloud.create_volume(size=1, name="sdk-volume", wait=True, timeout=60)
    server = cloud.get_server_by_id(kept["server"].id)
    cloud.attach_volume(server, made, wait=True, timeout=60)
    same("the status", cloud.get_volume("sdk-volume").status, "in-use")
    cloud.detach_volume(server, cloud.get_volume("sdk-volume"), wait=True, timeout=60)
    same("whether it was deleted", cloud.delete_volume(made.id, wait=True, timeout=60), True)


@step("boot a server from a volume made for it")
def boot_from_volume(cloud, kept):
    server = cloud.create_server(
        "sdk-volume-backed",
        image=kept["image"],
        flavor=kept["flavor"],
        network=kept["net"],
        boot_from_volume=True,
        volume_size=1,
        terminate_volume=True,
        auto_ip=False,
        wait=True,
        timeout=60,
    )
    same("the number of its volumes", len(server.attached_volumes), 1)
    same("whether it was deleted", cloud.delete_server(server.id, wait=True, timeout=60), True)
    same("the number of volumes left", len(cloud.list_volumes()), 0)


@step("make and delete an aggregate, a server group and a flavor")
def administration(cloud, kept):
    cloud.create_aggregate("sdk-hosts")
    cloud.add_host_to_aggregate("sdk-hosts", "host1")
    cloud.set_aggregate_metadata("sdk-hosts", {"ssd": "true"})
    cloud.remove_host_from_aggregate("sdk-hosts", "host1")
    cloud.delete_aggregate("sdk-hosts")
    cloud.create_server_group("sdk-apart", policy="anti-affinity")
    cloud.delete_server_group("sdk-apart")
    flavor = cloud.create_flavor("sdk.flavor", ram=128, vcpus=1, disk=1)
    cloud.set_flavor_specs(flavor.id, {"hw:cpu_policy": "shared"})
    cloud.delete_flavor("sdk.flavor")


@step("see limits, quotas and usage")
def numbers(cloud, kept):
    same("servers in use", cloud.get_compute_limits().total_instances_used, 1)
    cloud.set_compute_quotas("demo", cores=7)
    same("the quota", cloud.get_compute_quotas("demo").cores, 7)
    cloud.delete_compute_quotas("demo")
    usage = cloud.get_compute_usage(cloud.current_project.id)
    if not usage.total_hours > 0:
        raise AssertionError("nothing was used")


@step("delete_server, waiting, with its floating IP")
def delete(cloud, kept):
    same("whether it was deleted", cloud.delete_server(kept["server"].id, wait=True, timeout=60, delete_ips=True), True)
    same("the number of floating IPs", len(cloud.list_floating_ips()), 0)


@step("find nothing held in Placement afterwards")
def held(cloud, kept):
    for provider in cloud.placement.resource_providers():
        usages = cloud.placement.get(f"/resource_providers/{provider.id}/usages").json()["usages"]
        same(f"what is used on {provider.name}", sum(usages.values()), 0)


@step("clean the whole project up")
def clean_up(cloud, kept):
    cloud.project_cleanup(dry_run=False, wait_timeout=60)
    left = [one.name for one in cloud.list_networks() if one.name.startswith("sdk")]
    same("the networks left", left, [])
    same("the servers left", cloud.list_servers(), [])


def main():
    cloud = openstack.connect()
    kept = {}
    good = True
    for name, run in steps:
        line = {"step": name, "ok": True}
        try:
            run(cloud, kept)
        except Exception as thrown:  # whatever a client raises is what this is here to see
            line.update(ok=False, why=f"{type(thrown).__name__}: {thrown}")
            good = False
        print(json.dumps(line), flush=True)
    sys.exit(0 if good else 1)


main()
